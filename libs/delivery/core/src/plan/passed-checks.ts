import { compareWith, type EnvironmentSnapshot } from './snapshot.ts';

/** The checks that pass now: after a rollout they have to pass, too. */
export function passedChecks(snapshot: EnvironmentSnapshot): readonly string[] {
  const { report } = compareWith(snapshot, null);
  return Object.entries(report?.checks ?? {}).flatMap(([name, { status }]) =>
    status === 'pass' ? [name] : [],
  );
}
