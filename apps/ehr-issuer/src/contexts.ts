import { randomUUID } from 'node:crypto';

/** Minutes until a launch that nobody used is forgotten, in milliseconds. */
const LAUNCH_MS = 300_000;

/** About which patient an app was started: http://hl7.org/fhir/smart-app-launch/STU2.2/app-launch.html */
export interface Contexts {
  /** What a record system opens an app with; good once. */
  readonly launch: (patient: string) => string;
  /** The patient of a launch, which is used up by that. */
  readonly take: (launch: string) => string | undefined;
  /** Everything that comes of this grant is about the patient. */
  readonly bind: (grant: string, patient: string) => void;
  readonly patientOf: (grant: string | undefined) => string | undefined;
}

/** In memory: they are gone with the process, as its sessions are. */
export function contextsInMemory(now: () => number = () => Date.now()): Contexts {
  const launches = new Map<string, { readonly patient: string; readonly until: number }>();
  const grants = new Map<string, string>();
  return {
    launch: (patient) => {
      const launch = randomUUID();
      launches.set(launch, { patient, until: now() + LAUNCH_MS });
      return launch;
    },
    take: (launch) => {
      const found = launches.get(launch);
      launches.delete(launch);
      return found !== undefined && found.until > now() ? found.patient : undefined;
    },
    bind: (grant, patient) => void grants.set(grant, patient),
    patientOf: (grant) => (grant === undefined ? undefined : grants.get(grant)),
  };
}
