import { coreError, redact } from '@ehr/delivery-core';

/** Where a service is reached from outside. */
export interface PublicAddress {
  /** The service's public route: `https://api.staging.example.org`; with `user:password@` where it asks for them. */
  readonly publicUrl: string;
  /** `/health` */
  readonly healthPath: string;
}

/**
 * The address at which the service says who it is; without user and password, for it is printed and recorded.
 * @throws OPTIONS_INVALID when `publicUrl` is no URL
 */
export function healthUrl({ publicUrl, healthPath }: PublicAddress): string {
  if (!URL.canParse(publicUrl))
    throw coreError('OPTIONS_INVALID', `The public address \`${redact(publicUrl)}\` is not a URL.`);
  const url = new URL(publicUrl);
  url.username = '';
  url.password = '';
  return `${url.href.replace(/\/$/, '')}${healthPath}`;
}
