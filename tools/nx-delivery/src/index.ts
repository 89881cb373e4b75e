export { fingerprintOf } from './fingerprint/fingerprint-of.ts';
