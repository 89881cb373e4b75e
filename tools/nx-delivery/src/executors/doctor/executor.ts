import { openSubject } from '../../doctor/open-subject.ts';
import { renderFindings } from '../../doctor/render-findings.ts';
import { runChecks } from '../../doctor/run-checks.ts';
import { doctorSchema } from '../../options/option-schemas.ts';
import { executorOf } from '../execute.ts';

/** The `doctor` target: everything a deploy rests on, inspected without changing anything; fails when a check does. */
export default executorOf(doctorSchema, async ({ environment, json }, context, wiring) => {
  const { projectName: service = '' } = context;
  const checks = await runChecks(openSubject(environment, context, wiring.processEnv));
  const healthy = checks.every(({ verdict }) => verdict !== 'fail');
  const document = { service, environment, healthy, checks };
  wiring.print(
    json ? `${JSON.stringify(document, null, 2)}\n` : renderFindings(`${service} in ${environment}`, checks),
  );
  return healthy ? 0 : 1;
});
