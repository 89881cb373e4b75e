import { describeError } from '@ehr/service-kit';

/** How severe a log line is. */
export type Level = 'debug' | 'info' | 'warn' | 'error' | 'fatal';

/** One JSON line on standard output. Fields are for facts about the service, never about a patient. */
export function log(level: Level, message: string, fields: Readonly<Record<string, unknown>> = {}): void {
  const { err, ...rest } = fields;
  const line = {
    level,
    time: new Date().toISOString(),
    service: 'ehr-web',
    version: process.env['EHR_VERSION'] ?? 'unversioned',
    revision: process.env['EHR_REVISION'] ?? 'unknown',
    ...rest,
    ...(err === undefined ? {} : { err: describeError(err) }),
    msg: message,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
