import { DeliveryError } from '@ehr/delivery-core';
import { checkCatalog, type CheckName } from './check-catalog.ts';
import { dokployChecks } from './checks/dokploy-checks.ts';
import { imageChecks } from './checks/image-checks.ts';
import { machineChecks } from './checks/machine-checks.ts';
import { serviceChecks } from './checks/service-checks.ts';
import { type Answer, type Check, type Finding, unknown } from './finding.ts';
import type { Subject } from './open-subject.ts';

const checks: Readonly<Record<CheckName, Check>> = {
  ...machineChecks,
  ...imageChecks,
  ...serviceChecks,
  ...dokployChecks,
};

/** Every check but those left out, side by side, in the catalogue's order; none keeps another from running. */
export async function runChecks(subject: Subject, leftOut: readonly CheckName[] = []): Promise<Finding[]> {
  const words = await placeholders(subject);
  const names = (Object.keys(checkCatalog) as CheckName[]).filter((name) => !leftOut.includes(name));
  return Promise.all(
    names.map(async (name) => findingOf(name, await checks[name](subject).catch(unanswered), words)),
  );
}

function findingOf(name: CheckName, { verdict, message, hint }: Answer, words: Words): Finding {
  if (verdict === 'ok' || verdict === 'not-used') return { name, verdict, message, hint: null };
  const advice = Object.entries(words).reduce(
    (text, [placeholder, word]) => text.replaceAll(placeholder, word),
    hint ?? checkCatalog[name].hint,
  );
  return { name, verdict, message, hint: advice };
}

/** What the catalogue leaves open, and this environment says. */
type Words = Readonly<Record<string, string>>;

async function placeholders({ service, environment, facts }: Subject): Promise<Words> {
  const known = { '<project>': service, '<environment>': environment };
  try {
    return { ...known, '<PREFIX>': (await facts()).variablePrefix };
  } catch {
    return known; // The check `settings` tells what is wrong.
  }
}

function unanswered(error: unknown): Answer {
  if (error instanceof DeliveryError) return unknown(error.message, error.hint);
  // Not its message: nobody checked that for secrets.
  const kind = error instanceof Error ? error.name : 'something';
  return unknown(
    `The check itself failed with ${kind}.`,
    'This is a defect of doctor; the other checks hold.',
  );
}
