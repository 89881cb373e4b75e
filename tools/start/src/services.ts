import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { workspaceRoot } from '@ehr/testing-sandbox';

/** A service of this workspace, and where it answers on this machine. */
export interface Service {
  /** The project's name: `ehr-api`. */
  readonly name: string;
  /** What a person wants to see, deployed: `http://127.0.0.1:4201/fhir/metadata`. */
  readonly page: string;
  readonly health: string;
  /** The same page under `npm run dev`. */
  readonly devPage: string;
}

interface ProjectFile {
  readonly targets: {
    readonly deploy?: { readonly options?: { readonly healthPath?: string } };
    readonly dev?: {
      readonly options?: { readonly args?: readonly string[]; readonly env?: { readonly PORT?: string } };
    };
  };
}

/** What there is to see besides /health. */
const PAGES: Readonly<Record<string, string>> = { 'ehr-api': '/fhir/metadata', 'ehr-web': '' };

/** Every app with a Dockerfile; ports are those of docker-compose.yml, unless `<PREFIX>_PORT` says otherwise. */
export function readServices(environment: NodeJS.ProcessEnv = process.env): Service[] {
  const compose = readFileSync(join(workspaceRoot, 'docker-compose.yml'), 'utf8');
  return readdirSync(join(workspaceRoot, 'apps'))
    .filter((name) => existsSync(join(workspaceRoot, 'apps', name, 'Dockerfile')))
    .map((name) => {
      const file = readFileSync(join(workspaceRoot, 'apps', name, 'project.json'), 'utf8');
      const { deploy, dev } = (JSON.parse(file) as ProjectFile).targets;
      const healthPath = deploy?.options?.healthPath ?? '/health';
      const { variable = '', port = '' } =
        new RegExp(`^  ${name}:$[^]*?\\$\\{(?<variable>\\w+_PORT):-(?<port>\\d+)\\}`, 'm').exec(compose)
          ?.groups ?? {};
      const devPort =
        dev?.options?.env?.PORT ?? dev?.options?.args?.join(' ').match(/--port=(\d+)/)?.[1] ?? port;
      const base = `http://127.0.0.1:${environment[variable] ?? port}`;
      const page = PAGES[name] ?? healthPath;
      return {
        name,
        page: base + page,
        health: base + healthPath,
        devPage: `http://127.0.0.1:${devPort}${page}`,
      };
    });
}
