import { coreError } from '@ehr/delivery-core';

export interface PublicAddress {
  /** The service's public route: `https://api.staging.example.org`. */
  readonly publicUrl: string;
  /** `/health` */
  readonly healthPath: string;
}

export function healthUrl({ publicUrl, healthPath }: PublicAddress): string {
  try {
    return `${new URL(publicUrl).href.replace(/\/$/, '')}${healthPath}`;
  } catch {
    throw coreError('OPTIONS_INVALID', `The public address \`${publicUrl}\` is not a URL.`);
  }
}
