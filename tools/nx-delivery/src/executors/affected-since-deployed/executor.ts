import { affected, coreError } from '@ehr/delivery-core';
import type { ExecutorContext } from '@nx/devkit';
import { affectedSchema } from '../../options/option-schemas.ts';
import { renderNeeds } from '../../reporters/tables.ts';
import { servicesOf } from '../../wiring/open-service.ts';
import { connect } from '../../wiring/wiring.ts';
import { executorOf } from '../execute.ts';

/**
 * The `affected-since-deployed` target. Fails, and prints no list, when the environment is not set up for one of the
 * services: a gap would look like nothing to do.
 */
export default executorOf(affectedSchema, async ({ environment, services, json }, context, wiring) => {
  const needs = await affected(
    { environment, services: namesOf(services, context) },
    {
      open: async (projectName) => (await connect(environment, { ...context, projectName }, wiring)).ports,
    },
  );
  (json ? wiring.warn : wiring.print)(renderNeeds(needs));
  if (needs.some(({ needed }) => needed === null)) return 1;
  const needed = needs.filter((need) => need.needed === true).map(({ service }) => service);
  if (json) wiring.print(`${JSON.stringify(needed)}\n`);
  return 0;
});

function namesOf(services: string | undefined, context: ExecutorContext): string[] {
  const deployed = servicesOf(context);
  if (services === undefined) return deployed;
  const wanted = services.split(',').map((name) => name.trim());
  const strange = wanted.filter((name) => !deployed.includes(name));
  if (strange.length === 0) return wanted;
  throw coreError(
    'OPTIONS_INVALID',
    `services: ${strange.join(', ')} has no deploy target; there are ${deployed.join(', ')}.`,
  );
}
