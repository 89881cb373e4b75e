import type { Contexts } from './expressions.ts';
import { refName } from './repository.ts';
import type { GithubEvent, Repository } from './repository.ts';

/** What a job's expressions are evaluated over, before its environment is known. */
export function contextsOf(
  event: GithubEvent,
  values: { readonly inputs: object; readonly secrets: object },
  repository: Repository,
  token: string,
): Contexts {
  return {
    github: {
      event_name: event.name,
      ref: event.ref,
      ref_name: refName(event),
      ref_type: event.ref.startsWith('refs/tags/') ? 'tag' : 'branch',
      sha: event.sha,
      repository: 'acme/ehr-connect',
      actor: 'ada',
      token,
      event: event.payload ?? {},
    },
    inputs: values.inputs,
    secrets: values.secrets,
    vars: event.fork === true ? {} : repository.vars,
    runner: { os: 'Linux' },
    env: {},
  };
}

/** The same for commands, as GITHUB_ variables. */
export function githubVariables(event: GithubEvent, run: number): Record<string, string> {
  return {
    GITHUB_EVENT_NAME: event.name,
    GITHUB_REF: event.ref,
    GITHUB_REF_NAME: refName(event),
    GITHUB_REF_TYPE: event.ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    GITHUB_SHA: event.sha,
    GITHUB_REPOSITORY: 'acme/ehr-connect',
    GITHUB_SERVER_URL: 'https://github.example.org',
    GITHUB_RUN_ID: String(event.runId ?? 1000 + run),
  };
}
