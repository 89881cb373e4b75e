import type { Identity } from '@ehr/health';
import { describeError } from '@ehr/service-kit';
import { type Logger, pino } from 'pino';

/** JSON lines on standard output. Errors are described, not quoted: their messages can hold patient data. */
export function createLogger(
  level: string,
  { service, version, revision }: Pick<Identity, 'service' | 'version' | 'revision'>,
  destination: { write(line: string): void } = process.stdout,
): Logger {
  return pino(
    {
      level,
      base: { service, version, revision },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: {
        err: (error: unknown) => describeError(error),
        req: () => undefined,
        res: () => undefined,
      },
    },
    destination,
  );
}
