/**
 * Marks in the charts for the alerts that fired.
 *
 * Invariant: an alert is shown when it is about the chosen lock, or about no lock in particular. Rules drop the labels they
 * do not group by, so an alert may lack the instance, or the lock, and still concern it.
 */
import { AnnotationQueryBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { LABELS } from '../../src/telemetry/names.js';
import { inSight } from './placement.js';
import { CHOSEN_LOCK } from './selectors.js';
import { DATASOURCE } from './variables.js';

const FIRING = ['alertname=~"Lockmeter.*"', 'alertstate="firing"', 'job=~"$job"', 'instance=~"$instance|"'];

export function alerts() {
  const about = (lock: string) => `ALERTS{${[...FIRING, lock].join(',')}}`;
  const annotation = new AnnotationQueryBuilder()
    .name('Alerts')
    .datasource(DATASOURCE)
    .enable(true)
    .iconColor('red')
    .expr(`${about(CHOSEN_LOCK.one)} or ${about(`${LABELS.name}=""`)}`)
    .titleFormat('{{alertname}}')
    .textFormat('{{severity}} {{instance}}')
    .tagKeys('severity');
  return inSight(annotation);
}
