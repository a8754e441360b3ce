/** The SDK's defaults put links and annotations into a menu; these stay at the top of the dashboard, where they are seen. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';

export function inSight<T extends { placement?: unknown }>(builder: Builder<T>): Builder<T> {
  const built = builder.build();
  delete built.placement;
  return { build: () => built };
}
