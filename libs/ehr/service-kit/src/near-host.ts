/**
 * Whether nobody on the way to a host reads what goes there although it is not encrypted: this machine, or a name of one word, which
 * only a network of the same container engine knows.
 */
export function isNearHost(host: string): boolean {
  return /^(?:[a-z][a-z0-9_-]*|127\.0\.0\.1|\[::1\])$/iu.test(host);
}
