import { coreError } from '@ehr/delivery-core';

/** Where a service is reached from outside. */
export interface PublicAddress {
  /** The service's public route: `https://api.staging.example.org`. */
  readonly publicUrl: string;
  /** `/health` */
  readonly healthPath: string;
}

/**
 * The address at which the service says who it is.
 * @throws OPTIONS_INVALID when `publicUrl` is no URL
 */
export function healthUrl({ publicUrl, healthPath }: PublicAddress): string {
  try {
    return `${new URL(publicUrl).href.replace(/\/$/, '')}${healthPath}`;
  } catch {
    throw coreError('OPTIONS_INVALID', `The public address \`${publicUrl}\` is not a URL.`);
  }
}
