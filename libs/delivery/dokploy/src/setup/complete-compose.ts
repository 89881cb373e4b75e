import { isDeepStrictEqual } from 'node:util';
import { parse } from 'yaml';
import type { ComposeAnswer } from '../api/answers.ts';
import type { DokployApi } from '../api/dokploy-api.ts';
import { dokployError } from '../dokploy-errors.ts';
import { mountsOf, publishedPortOf } from '../target/read-compose-file.ts';
import { checkNeeds } from './check-needs.ts';
import { completeVariables } from './complete-variables.ts';
import { composeCommand, readComposeCommand } from './compose-command.ts';
import type { Completion, SetUpOptions } from './set-up-options.ts';

/** What a compose or stack lacks. @throws DOKPLOY_SERVICE_UNFIT for another kind, or a wish that cannot be carried out */
export async function completeCompose(
  api: DokployApi,
  id: string,
  options: SetUpOptions,
): Promise<Completion> {
  const { kind, service } = options;
  const found = await api.compose(id);
  if ((found.composeType === 'stack') !== (kind === 'stack')) {
    const there = found.composeType === 'stack' ? 'stack' : 'compose';
    throw otherKind(service, there, kind);
  }
  const env = found.env ?? '';
  const isRaw = found.sourceType === 'raw';
  checkNeeds(options, isRaw ? mountsOf(found.composeFile ?? '', service) : null, env);
  const file = completeFile(api, found, options);
  const command = completeCommand(api, found, options);
  const variables = completeVariables(env, options, (text) => api.saveComposeEnvironment(id, text));
  return {
    writes: [...file.writes, ...command.writes, ...variables.writes],
    kept: variables.kept,
    warnings: [...file.warnings, ...command.warnings],
    publishedPort: file.publishedPort,
  };
}

/** A service does not become another kind: its data and its address stay behind. */
export function otherKind(service: string, there: string, wished: string) {
  return dokployError(
    'DOKPLOY_SERVICE_UNFIT',
    `${service} is there as ${article(there)}, and ${article(wished)} is wished for: a service in Dokploy does not change its kind.`,
    {
      hint: `Run with --kind=${there}; or delete it in Dokploy first, after saving its data, which does not move along.`,
    },
  );
}

function article(kind: string): string {
  return `${kind === 'application' ? 'an' : 'a'} ${kind}`;
}

type Part = Pick<Completion, 'writes' | 'warnings'>;

/** A file that differs in nothing but the published port is ours, and gets another port; a person's is left alone. */
function completeFile(
  api: DokployApi,
  found: ComposeAnswer,
  { service, composeFile }: SetUpOptions,
): Part & Pick<Completion, 'publishedPort'> {
  const { composeId, sourceType } = found;
  const text = found.composeFile ?? '';
  const [port, wished] = [text, composeFile ?? ''].map((one) => publishedPortOf(one, service));
  const publishedPort = port ?? null;
  if (sourceType !== 'raw' || composeFile === undefined || text === composeFile || wished === undefined)
    return { writes: [], warnings: [], publishedPort };
  const isOurs = isDeepStrictEqual(withoutPorts(text, service), withoutPorts(composeFile, service));
  if (wished !== null && wished !== port) {
    if (!isOurs) {
      throw dokployError(
        'DOKPLOY_SERVICE_UNFIT',
        `The compose file of ${service} in Dokploy was changed there and does not publish port ${wished}.`,
        { hint: `Publish it in the file itself, in Dokploy, or run without --publishPort.` },
      );
    }
    const done = `published port set to ${wished}; it is open after the next deploy`;
    const write = () => api.updateCompose(composeId, { composeFile });
    return { writes: [{ done, write }], warnings: [], publishedPort: wished };
  }
  const warning = `The compose file of ${service} in Dokploy is not the one that would be made now: it was left as it is. Delete its text in Dokploy and write the one of a new set-up, or keep it.`;
  return { writes: [], warnings: isOurs ? [] : [warning], publishedPort };
}

function withoutPorts(composeFile: string, service: string): unknown {
  try {
    const document = parse(composeFile, { merge: true }) as {
      services?: Record<string, Record<string, unknown>>;
    } | null;
    const found = Object.entries(document?.services?.[service] ?? {});
    const rest = Object.fromEntries(found.filter(([key]) => key !== 'ports' && key !== 'expose'));
    return { ...document, services: { ...document?.services, [service]: rest } };
  } catch {
    return composeFile; // Dokploy says what is wrong with the file when it deploys.
  }
}

/** The command that pulls and waits; a person's own is left alone. */
function completeCommand(
  api: DokployApi,
  { composeId, appName, ...found }: ComposeAnswer,
  { kind, service, waitSeconds, followingTag }: SetUpOptions,
): Part {
  if (kind !== 'compose') return { writes: [], warnings: [] };
  const text = found.command ?? '';
  const ours = readComposeCommand(text, appName);
  if (text !== '' && ours === null) {
    const warning = `The command of ${service} in Dokploy is not one of this tool’s: it was left as it is, and ${waitSeconds} s of waiting were not written into it.`;
    return { writes: [], warnings: waitSeconds === undefined ? [] : [warning] };
  }
  const pull = followingTag === undefined ? 'missing' : 'always';
  const seconds = waitSeconds ?? ours?.waitSeconds;
  const command = composeCommand(appName, {
    pull,
    ...(seconds !== undefined && { waitSeconds: seconds }),
  });
  if (command === text) return { writes: [], warnings: [] };
  const what = pull === 'missing' ? 'what is missing' : 'what the tag names';
  const done = `command that pulls ${what} and waits set`;
  return { writes: [{ done, write: () => api.updateCompose(composeId, { command }) }], warnings: [] };
}
