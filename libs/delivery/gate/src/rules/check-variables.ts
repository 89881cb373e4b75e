import { isSecretName } from '@ehr/delivery-core';
import type { GateConfig } from '../gate-image.ts';
import type { Sight } from '../gate-finding.ts';
import { maskSecret } from '../secrets/mask-secret.ts';
import { argumentIn, assignmentsIn, isHarmless, passwordInUrl } from './credential-names.ts';

/** Credentials by their names, where everybody who can pull reads them: in the config's variables, labels and history. */
export function checkVariables(config: GateConfig): readonly Sight[] {
  const variables = (config.config?.Env ?? []).flatMap((line, index) => {
    const [name = '', ...value] = line.split('=');
    return checkAssignment(`config.Env[${index}] ${name}`, name, value.join('='));
  });
  const labels = Object.entries(config.config?.Labels ?? {}).flatMap(([name, value]) =>
    checkAssignment(`config.Labels ${name}`, name.replace(/^.*\./, ''), value),
  );
  const history = (config.history ?? []).flatMap(({ created_by: line = '' }, index) =>
    checkHistory(`history[${index}]`, line),
  );
  return [...variables, ...labels, ...history];
}

function checkHistory(place: string, line: string): readonly Sight[] {
  const argument = argumentIn(line);
  if (argument !== undefined && isSecretName(argument)) {
    const sentence = `${argument} is a build argument: every RUN after it writes its value into the history. Use \`RUN --mount=type=secret\`.`;
    return [{ rule: 'credential-variable', severity: 'warn', place: `${place} ${argument}`, sentence }];
  }
  const assigned = assignmentsIn(line).flatMap(({ name, value }) =>
    checkAssignment(`${place} ${name}`, name, value),
  );
  return assigned.length > 0 ? assigned : checkUrl(place, line);
}

function checkAssignment(place: string, name: string, value: string): readonly Sight[] {
  if (isSecretName(name) && !isHarmless(value)) {
    const sentence = `${name} has ${maskSecret(value)}. Give credentials to the container when it starts, and revoke this one.`;
    return [{ rule: 'credential-variable', severity: 'refuse', place, sentence }];
  }
  return checkUrl(place, value);
}

function checkUrl(place: string, text: string): readonly Sight[] {
  const password = passwordInUrl(text);
  if (password === undefined) return [];
  const sentence = `An address holds a password of ${password.length} characters. Give it to the container when it starts, and change it.`;
  return [{ rule: 'credential-url', severity: 'refuse', place, sentence }];
}
