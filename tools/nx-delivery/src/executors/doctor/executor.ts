import type { ExecutorContext } from '@nx/devkit';
import { openSubject } from '../../doctor/open-subject.ts';
import { renderFindings } from '../../doctor/render-findings.ts';
import { runChecks } from '../../doctor/run-checks.ts';
import { execute } from '../execute.ts';
import { doctorSchema } from '../../options/option-schemas.ts';
import { parseOptions } from '../../options/parse-options.ts';
import { realWiring, type RawOptions } from '../../wiring/wiring.ts';

/** The `doctor` target: everything a deploy rests on, inspected without changing anything; fails when a check does. */
export default function doctorExecutor(raw: RawOptions, context: ExecutorContext, wiring = realWiring) {
  return execute(wiring, async () => {
    const { environment, json } = parseOptions(doctorSchema, raw);
    const { projectName: service = '' } = context;
    const checks = await runChecks(openSubject(environment, context, wiring.processEnv));
    const healthy = checks.every(({ verdict }) => verdict !== 'fail');
    const document = { service, environment, healthy, checks };
    wiring.print(
      json
        ? `${JSON.stringify(document, null, 2)}\n`
        : renderFindings(`${service} in ${environment}`, checks),
    );
    return healthy ? 0 : 1;
  });
}
