import type { Digest, Environment, Ports, Prober } from '@ehr/delivery-core';

/** What is attached to an image in the registry. */
interface Attachment {
  readonly digest: Digest;
  readonly artifactType?: string;
}

/** A service in an environment, and what is attached to its images. */
export type ServicePorts = Ports & {
  readonly referrers: {
    list(digest: Digest): Promise<readonly Attachment[]>;
    fetch(attachment: Digest): Promise<{ readonly subject: Digest | null; readonly text: string }>;
    readSbom(digest: Digest): Promise<string | null>;
  };
};

/** What somebody said is harmless although the gate found it. */
export interface Accepted {
  readonly rule: string;
  readonly file: string;
  readonly reason: string;
}

/** Everything the board reads; nothing of it changes anything. */
export interface BoardPorts {
  readonly services: readonly string[];
  /** Throws what an executor would, where the environment is not set up for the service. */
  readonly open: (service: string, environment: Environment) => Promise<ServicePorts>;
  /** The public face of the service in an environment, where it says who it is. */
  readonly origin: (
    service: string,
    environment: Environment,
  ) => Promise<{ healthUrl: string; prober: Prober }>;
  /** What the gate was told to accept in the service at this commit; null when this checkout does not know it. */
  readonly accepted: (service: string, revision: string) => Promise<readonly Accepted[] | null>;
  /** Files of migrations of the schema that `to` has and `from` has not, or has otherwise; null when nobody knows. */
  readonly migrations: (service: string, from: string, to: string) => Promise<readonly string[] | null>;
  /** Registries are asked again at once: something is known to have changed. */
  readonly expire: () => void;
  readonly now: () => Date;
}
