import type { Pin } from '@ehr/delivery-core';

/** Title and description of a deploy's record. */
export interface DeploymentNote {
  readonly title: string;
  readonly description: string;
}

/**
 * What Dokploy shows of a deploy. The trigger returns no id, so the description ends with a marker of this one
 * attempt: by it alone the record is found again.
 */
export function deploymentNote(service: string, pin: Pin, marker: string): DeploymentNote {
  return {
    title: `${service} ${pin.version} (${pin.revision.slice(0, 7)})`,
    description: `service=${service} version=${pin.version} revision=${pin.revision} digest=${pin.image.digest} run=${marker}`,
  };
}

/** Whether a record's description ends with the marker of an attempt. */
export function carries(text: string | null | undefined, marker: string): boolean {
  return text?.endsWith(`run=${marker}`) === true;
}
