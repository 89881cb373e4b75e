/** A record service that does not take fictional patients, or none at all: with what to do. */
export class SeedRefused extends Error {
  override readonly name = 'SeedRefused';
}
