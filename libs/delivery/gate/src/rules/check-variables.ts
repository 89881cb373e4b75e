import { isSecretName } from '@ehr/delivery-core';
import { refusal, type Finding, type GateConfig } from '../gate-model.ts';
import { maskSecret } from '../secrets/find-keys.ts';

/** Credentials by their names, where everybody who can pull reads them: in the config's variables, labels and history. */
export function checkVariables(config: GateConfig): readonly Finding[] {
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

/** `ENV A=1 B="2"`, `ARG A=1`, and what BuildKit writes of arguments: `RUN |1 A=1 /bin/sh -c …`. */
function checkHistory(place: string, line: string): readonly Finding[] {
  const argument = /^(?:\/bin\/sh -c #\(nop\)\s+)?ARG ([A-Za-z_]\w*)$/.exec(line.trim())?.[1];
  if (argument !== undefined && isSecretName(argument)) {
    const message = `${argument} is a build argument: every RUN after it writes its value into the history. Use \`RUN --mount=type=secret\`.`;
    return [{ ...refusal('credential-variable', `${place} ${argument}`, message), severity: 'warn' }];
  }
  const pattern = /(?<![\w.$-])([A-Za-z_]\w*)=(?:"([^"]*)"|'([^']*)'|([^\s;|&]*))/g;
  const assigned = [...line.matchAll(pattern)].flatMap(([, name = '', double, single, bare]) =>
    checkAssignment(`${place} ${name}`, name, double ?? single ?? bare ?? ''),
  );
  return assigned.length > 0 ? assigned : checkUrl(place, line);
}

function checkAssignment(place: string, name: string, value: string): readonly Finding[] {
  if (!isSecretName(name) || isHarmless(value)) return checkUrl(place, value);
  const message = `${name} has ${maskSecret(value)}. Give credentials to the container when it starts, and revoke this one.`;
  return [refusal('credential-variable', place, message)];
}

/** The password in `scheme://user:password@host`, of any scheme. */
function checkUrl(place: string, text: string): readonly Finding[] {
  const password = /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@"']*:([^\s/@"']+)@/i.exec(text)?.[1] ?? '';
  if (isHarmless(password)) return [];
  const message = `An address holds a password of ${password.length} characters. Give it to the container when it starts, and change it.`;
  return [refusal('credential-url', place, message)];
}

/** A value that is no credential whatever its name: none, a switch, a reference, or the place of a mounted secret. */
function isHarmless(value: string): boolean {
  return /^(?:|true|false|yes|no|on|off|0|1|\$\{?\w+\}?|\$\(.*|\/(?:var\/)?run\/secrets\/\S*)$/i.test(
    value.trim(),
  );
}
