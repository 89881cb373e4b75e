import { randomBytes, randomUUID } from 'node:crypto';
import { applicationColumns, composeColumns } from './recorded-columns.ts';

/** A stack is a compose that swarm runs. */
export type ServiceKind = 'application' | 'compose' | 'stack';

/** One row of Dokploy's `compose` or `application` table: what a deploy tool reads and writes. */
export interface FakeService {
  readonly kind: ServiceKind;
  readonly id: string;
  readonly environmentId: string;
  /** The row's columns as the API shows them, secrets included. */
  readonly row: Record<string, unknown> & {
    name: string;
    appName: string;
    env: string | null;
    refreshToken: string;
    autoDeploy: boolean;
    sourceType: string;
  };
  /** What really runs, whatever the row contains. */
  readonly running: RunningState;
}

/** The containers of a service. */
export interface RunningState {
  /** Image by service of the compose file; an application has one, `app`. */
  images: Readonly<Record<string, string>>;
  /** The environment text those containers were started with. */
  env: string;
  health: 'absent' | 'created' | 'starting' | 'healthy' | 'unhealthy' | 'restarting';
  /** The container's own output. */
  log?: string;
  /** With which exit status a container ends that crashes; 1 by default. */
  exit?: number;
  /** Labels of the image, and where something lasting is mounted: what Docker shows of the container. */
  labels?: Readonly<Record<string, string>>;
  mounts?: readonly string[];
  restarts?: number;
  /** Of an application or stack: tasks that swarm gave up on before it put the old version back, newest first. */
  failedTasks?: readonly { containerId: string; currentState: string; error: string }[];
}

/** One row of Dokploy's `deployment` table. */
export interface DeploymentRow {
  readonly deploymentId: string;
  readonly title: string;
  readonly description: string;
  status: 'running' | 'done' | 'error' | 'cancelled';
  readonly serviceId: string;
  readonly kind: ServiceKind;
  readonly logPath: string;
  /** ISO 8601, as `finishedAt`. */
  readonly createdAt: string;
  finishedAt: string | null;
}

interface Named {
  readonly name: string;
  readonly description: string | null;
  readonly createdAt: string;
  readonly env: string;
}

/** One row of the `environment` table. */
export interface ProjectEnvironment extends Named {
  readonly environmentId: string;
  readonly projectId: string;
  readonly isDefault: boolean;
}

/** One row of the `registry` table. */
export interface RegistryEntry {
  readonly registryId: string;
  readonly registryName: string;
  readonly imagePrefix: string | null;
  username: string;
  password: string;
  readonly registryUrl: string;
  readonly createdAt: string;
  readonly registryType: 'cloud';
  readonly organizationId: string;
}

/** A real engine behind the fake; without one the containers are those of the behaviours. */
export interface Engine {
  containers(
    appName: string,
  ): Promise<readonly { containerId: string; name: string; state: string; status: string }[]>;
  /** The container's last `tail` lines. */
  log(containerId: string, tail: number): Promise<string>;
  /** As `docker inspect` shows it; undefined where there is none of that name. */
  inspect(type: 'container' | 'image', name: string): Promise<object | undefined>;
}

/** Everything the server keeps in its database: it survives a restart, unlike the queue. Empty at first. */
export class World {
  readonly organizationId = newId();
  readonly projects: (Named & { readonly projectId: string })[] = [];
  readonly environments: ProjectEnvironment[] = [];
  readonly services = new Map<string, FakeService>();
  readonly registries: RegistryEntry[] = [];
  /** App names of Dokploy's own databases. */
  readonly databases: string[] = [];
  /** Newest first. */
  rows: DeploymentRow[] = [];
  /** By path: three deploys within one second share one file. */
  readonly logs = new Map<string, string>();
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** What `settings.getDokployVersion` answers. */
  version = 'v0.30.2';
  /** By host: the only password that the registry accepts since its token was changed. */
  readonly tokens = new Map<string, string>();
  /** How often somebody looked at containers: a crash loop looks different each time. */
  looks = 0;
  /** When each container was looked at first, by its id: from then on it gets older. */
  readonly seenSince = new Map<string, number>();
  readonly engine: Engine | undefined;

  constructor(now: () => number, engine: Engine | undefined) {
    this.now = now;
    this.engine = engine;
  }

  /** Newest first. */
  rowsOf(serviceId: string): DeploymentRow[] {
    return this.rows.filter((row) => row.serviceId === serviceId);
  }

  /** Whether `docker login` there goes well: with any password but `bad-Password`, until the token is changed. */
  accepts(registryUrl: string, password: string): boolean {
    const token = this.tokens.get(registryUrl);
    return token === undefined ? password !== 'bad-Password' : password === token;
  }

  /** Whether an image can be pulled, by the log-in that Dokploy keeps for its registry; `docker.io/acme/ehr-api:1`. */
  mayPull(image: string): boolean {
    const host = image.split('/')[0] ?? '';
    if (!this.tokens.has(host)) return true;
    return this.registries.some((one) => one.registryUrl === host && this.accepts(host, one.password));
  }

  /** The server's time as ISO 8601. */
  timestamp(): string {
    return new Date(this.now()).toISOString();
  }
}

/** A new id in the form of nanoid's: 21 characters. */
export function newId(): string {
  return randomUUID().replaceAll('-', '').slice(0, 21);
}

/** What `addService` needs; the rest of the row are the recorded columns. */
export interface NewService {
  readonly name: string;
  readonly kind: ServiceKind;
  readonly environmentId: string;
  readonly appName?: string | undefined;
  readonly description?: string | null | undefined;
  readonly sourceType?: string | undefined;
  readonly composeFile?: string | undefined;
}

/** Adds a new row: its source is `github` unless named, and its app name gets a suffix of six characters. */
export function addService(world: World, given: NewService): FakeService {
  const { name, kind, environmentId, description = null, sourceType = 'github', composeFile = '' } = given;
  const id = newId();
  const common = {
    name,
    appName: `${given.appName ?? `${kind}-fake`}-${randomBytes(3).toString('hex')}`,
    description,
    env: null,
    refreshToken: newId(),
    sourceType,
    autoDeploy: true,
    environmentId,
    createdAt: world.timestamp(),
  };
  const composeType = kind === 'stack' ? 'stack' : 'docker-compose';
  const row =
    kind === 'application'
      ? { applicationId: id, ...applicationColumns, ...common }
      : { composeId: id, ...composeColumns, ...common, composeFile, composeType };
  const running: RunningState = { images: {}, env: '', health: 'absent' };
  const service: FakeService = { kind, id, environmentId, row, running };
  world.services.set(id, service);
  return service;
}

/** Writes the status column of the service's row. */
export function setStatus(service: FakeService, status: 'idle' | 'running' | 'done' | 'error'): void {
  service.row[service.kind === 'application' ? 'applicationStatus' : 'composeStatus'] = status;
}
