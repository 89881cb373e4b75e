/** The rules of the gate; what each refuses is said beside its code in `rules/` and `secrets/`. */
export type GateRule =
  | 'known-secret'
  | 'key-format'
  | 'credential-variable'
  | 'credential-url'
  | 'forbidden-file'
  | 'source-map'
  | 'unread-archive'
  | 'platforms'
  | 'root-user'
  | 'health-check'
  | 'label'
  | 'mutable-name'
  | 'size-budget';

/** One thing about an image that is refused or worth a look. Never holds a secret: see `mask-secret.ts`. */
export interface GateFinding {
  readonly rule: GateRule;
  readonly severity: 'refuse' | 'warn';
  /** `linux/amd64 layer 4f4fb700ef54: app/.env`, `linux/amd64, linux/arm64 config.Env[3] NPM_TOKEN`. */
  readonly where: string;
  readonly sentence: string;
}

/** A finding before it is known on which platforms it holds. */
export interface Sight extends Omit<GateFinding, 'where'> {
  /** `layer 4f4fb700ef54: app/.env`; empty for the image as a whole. */
  readonly place: string;
}
