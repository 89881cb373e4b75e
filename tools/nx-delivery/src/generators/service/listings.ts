import { variablePrefixOf } from '../../plugin/infer-targets.ts';

/** A service as lists name it. */
export interface ListedService {
  /** The project's name: `ehr-scheduling`. */
  readonly name: string;
  /** Port of the host on which compose and stack publish it. */
  readonly port: number;
}

/** The service whose entries in flat lists are the pattern for another's. */
const MODEL = 'ehr-web';
const MODEL_PREFIX = variablePrefixOf(MODEL);

/** A file that lists services: adds what is missing of the service; the same text when nothing is. */
type Listing = (text: string, service: ListedService) => string;

/** Every file that lists the services, by its path; there is no other. */
export const listings: Readonly<Record<string, Listing>> = {
  'docker-compose.yml': addSection(composeSection, /^volumes:/m),
  'docker-stack.yml': addSection(stackSection, /^networks:/m),
  '.env.dev.example': addSettings,
  '.env.staging.example': addSettings,
  '.env.prod.example': addSettings,
  'docs/GITHUB_ACTIONS_SETUP.md': addSettings,
  '.github/workflows/deliver.yml': addSettings,
  '.github/workflows/release.yml': (text, service) => addSettings(addToList(text, service), service),
  '.github/workflows/manual-build.yml': (text, service) => addSettings(addChoice(text, service), service),
  '.github/dependabot.yml': (text, { name }) =>
    append(text, /directories: \['\/apps\/[^\]]*(?=\])/, `'/apps/${name}'`),
};

/** The text of a service's own workflow, after the model's. */
export function workflowOf(model: string, { name }: ListedService): string {
  return model
    .replaceAll(MODEL, name)
    .replaceAll(`DOKPLOY_WEBHOOK_${MODEL_PREFIX}`, `DOKPLOY_WEBHOOK_${variablePrefixOf(name)}`);
}

/** `api` of `ehr-api`. */
export function shortNameOf(name: string): string {
  return name.replace(/^ehr-/, '');
}

/** `.github/workflows/build-and-push-api.yml` */
export function workflowPathOf(name: string): string {
  return `.github/workflows/build-and-push-${shortNameOf(name)}.yml`;
}

/** Of each line that names a variable of the model, one that names the service's, at the end of the lines like it. */
function addSettings(text: string, { name, port }: ListedService): string {
  const prefix = variablePrefixOf(name);
  const isModels = new RegExp(`(?<![A-Z])${MODEL_PREFIX}(?![A-Z])`);
  const lines = text.split('\n');
  return lines
    .flatMap((line, index) => {
      if (!isModels.test(line) || isModels.test(lines[index + 1] ?? '')) return [line];
      const first = lines.findLastIndex((other, at) => at < index && !isModels.test(other)) + 1;
      const own = lines.slice(first, index + 1).map((one) =>
        one
          .replaceAll(new RegExp(isModels, 'g'), prefix)
          .replaceAll(MODEL, name)
          .replace(/(_PORT=)\d+$/, `$1${port}`),
      );
      return [line, ...own.filter((one) => !lines.some((other) => nameIn(other) === nameIn(one)))];
    })
    .join('\n');
}

/** What a line is about: the first name in capitals in it, with where it stands in YAML. */
function nameIn(line: string): string {
  return /^\W*[A-Z][A-Z0-9_]+/.exec(line)?.[0] ?? line;
}

function addToList(text: string, { name }: ListedService): string {
  return text.replaceAll(/service: \[[^\]]*(?=\])/g, (list) =>
    list.includes(name) ? list : `${list}, ${name}`,
  );
}

function addChoice(text: string, { name }: ListedService): string {
  const short = append(text, /options: \[both[^\]]*(?=\])/, shortNameOf(name));
  return short.replaceAll(/'\["ehr-[^\]{]*(?=\]')/g, (list) =>
    list.includes(`"${name}"`) ? list : `${list}, "${name}"`,
  );
}

function append(text: string, list: RegExp, entry: string): string {
  return text.replace(list, (found) => (found.includes(entry) ? found : `${found}, ${entry}`));
}

/** A section at the end of `services:`, which `next` follows. */
function addSection(section: (service: ListedService, prefix: string) => string, next: RegExp): Listing {
  return (text, service) => {
    if (new RegExp(`^ {2}${service.name}:$`, 'm').test(text)) return text;
    const at = text.search(next);
    if (at === -1) return `${text}\n${section(service, variablePrefixOf(service.name))}`;
    return `${text.slice(0, at)}${section(service, variablePrefixOf(service.name))}\n${text.slice(at)}`;
  };
}

function composeSection({ name, port }: ListedService, prefix: string): string {
  return `  ${name}:
    <<: *service
    image: \${REGISTRY:-docker.io}/\${DOCKERHUB_USERNAME:-ehr-connect}/${name}:\${${prefix}_IMAGE_TAG:-local}
    ports: ['\${BIND_ADDRESS:-127.0.0.1}:\${${prefix}_PORT:-${port}}:3000']
    environment:
      EHR_ENVIRONMENT: \${EHR_ENVIRONMENT:-local}
      EHR_REVISION: \${${prefix}_REVISION:-unknown}
      EHR_VERSION: \${${prefix}_VERSION:-unversioned}
    networks: { default: { aliases: ['${name}-\${EHR_ENVIRONMENT:-local}'] } }
`;
}

function stackSection({ name, port }: ListedService, prefix: string): string {
  const environment = '${EHR_ENVIRONMENT:?set EHR_ENVIRONMENT to dev, staging or prod}';
  return `  ${name}:
    <<: *service
    image: \${REGISTRY:-docker.io}/\${DOCKERHUB_USERNAME:?set DOCKERHUB_USERNAME}/${name}:\${${prefix}_IMAGE_TAG:?set ${prefix}_IMAGE_TAG}
    ports: ['\${${prefix}_PORT:-${port}}:3000']
    environment:
      EHR_ENVIRONMENT: ${environment}
      EHR_REVISION: \${${prefix}_REVISION:-unknown}
      EHR_VERSION: \${${prefix}_VERSION:-unversioned}
    networks:
      { services: { aliases: ['${name}-${environment}'] } }
    deploy:
      <<: *deploy
      replicas: \${${prefix}_REPLICAS:-2}
`;
}
