/** The global register of prom-client, which must be installed. */
import { register } from 'prom-client';

export const globalRegister = (): object => register;
