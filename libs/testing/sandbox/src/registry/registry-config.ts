/** The configuration file of CNCF Distribution: files below `directory`, deleting allowed, no telemetry. */
export function registryConfig(options: {
  readonly address: string;
  readonly directory: string;
  /** A bcrypt htpasswd file; without one anybody may push. */
  readonly passwordFile?: string;
}): string {
  const auth = options.passwordFile
    ? { auth: { htpasswd: { realm: 'sandbox', path: options.passwordFile } } }
    : {};
  // JSON is YAML.
  return JSON.stringify(
    {
      version: '0.1',
      log: { level: 'warn', accesslog: { disabled: true } },
      storage: { filesystem: { rootdirectory: options.directory }, delete: { enabled: true } },
      http: { addr: options.address },
      ...auth,
    },
    null,
    2,
  );
}
