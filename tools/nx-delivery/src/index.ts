export { composeFileOf } from './dokploy-setup/compose-file-of.ts';
export { fingerprintOf } from './fingerprint/fingerprint-of.ts';
export { createHttpProber } from './ports/http-prober.ts';
export { systemClock } from './ports/system-clock.ts';
