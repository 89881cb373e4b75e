import type { Contexts } from './expressions.ts';

/** What a GitHub repository is set up with: variables and secrets, of its own and of its environments. */
export interface Repository {
  readonly vars: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly environments: Readonly<Record<string, Pick<Repository, 'vars' | 'secrets'>>>;
}

/** What happened, as the `github` context tells of it. */
export interface GithubEvent {
  readonly name: 'push' | 'pull_request' | 'merge_group' | 'workflow_dispatch' | 'workflow_call' | 'schedule';
  readonly sha: string;
  /** `refs/heads/main`, `refs/tags/v1.0.0`, `refs/pull/7/merge` */
  readonly ref: string;
  /** The same for a run and its re-run; else each run has its own. */
  readonly runId?: number;
  /** Of a dispatch. */
  readonly inputs?: Readonly<Record<string, unknown>>;
  /** A pull request from somebody else's repository: no secrets, no variables. */
  readonly fork?: boolean;
  /** The rest of the payload. */
  readonly payload?: Readonly<Record<string, unknown>>;
}

/** `main`, `v1.0.0`, `7/merge` */
export function refName({ ref }: GithubEvent): string {
  return ref.replace(/^refs\/(heads|tags|pull)\//, '');
}

/** The secrets a top-level workflow sees outside of an environment. */
export function secretsFor({ secrets }: Repository, event: GithubEvent): Record<string, string> {
  return event.fork === true ? {} : { ...secrets };
}

/**
 * The secrets a job sees. A called workflow sees those names alone that its caller passed; for each of them the value
 * of the job's environment wins. (That a called job with an environment sees no other secret of it is documented
 * nowhere; actions/runner#1490 is where people found out.)
 */
export function secretsOfJob(
  passed: Readonly<Record<string, string>>,
  isCalled: boolean,
  environment: Pick<Repository, 'secrets'> | undefined,
  event: GithubEvent,
): Record<string, string> {
  const own = event.fork === true ? {} : (environment?.secrets ?? {});
  if (!isCalled) return { ...passed, ...own };
  return Object.fromEntries(Object.entries(passed).map(([name, value]) => [name, own[name] ?? value]));
}

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
