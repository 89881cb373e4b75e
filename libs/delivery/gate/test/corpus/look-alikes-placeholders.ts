import type { CorpusCase, Material } from './corpus-case.ts';
import { js, lines, yaml } from './filler.ts';
import { jwtIoSample } from './tokens.ts';

/** Placeholders, templates and examples. */
export const placeholderLookAlikes = (m: Material): readonly CorpusCase[] => [
  {
    name: '.env.example with empty values',
    file: {
      path: 'app/.env.example',
      content: lines(
        '# Copy to .env and fill in.',
        'NODE_ENV=development',
        'DB_PASSWORD=',
        'SESSION_SECRET=',
        'STRIPE_SECRET_KEY=',
        'SMTP_PASS=""',
      ),
    },
  },
  {
    name: '.env.template with placeholders',
    file: {
      path: 'app/.env.template',
      content: lines(
        'DATABASE_URL=postgres://USER:PASSWORD@HOST:5432/DATABASE',
        'GITHUB_TOKEN=<your-github-token>',
        'JWT_SECRET=replace-me',
        'API_KEY=your_api_key_here',
        'SLACK_TOKEN=xoxb-your-token',
      ),
    },
  },
  {
    name: 'Compose file with variables',
    file: {
      path: 'app/docker-compose.yml',
      content: lines(
        'services:',
        '  db:',
        '    image: postgres:17',
        '    environment:',
        '      POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:?set it}',
        '      POSTGRES_USER: records',
        '  api:',
        '    environment:',
        '      DATABASE_URL: postgres://records:${POSTGRES_PASSWORD}@db:5432/records',
        '      API_KEY_FILE: /run/secrets/api-key',
      ),
    },
  },
  {
    name: 'Chart of Helm with templates',
    file: {
      path: 'app/chart/templates/secret.yaml',
      content: lines(
        'apiVersion: v1',
        'kind: Secret',
        'metadata:',
        '  name: {{ include "records.fullname" . }}',
        'data:',
        '  password: {{ .Values.db.password | b64enc | quote }}',
        '  token: {{ required "token is required" .Values.token | b64enc }}',
      ),
    },
  },
  {
    name: 'Workflow with secrets of the host',
    file: {
      path: 'app/.github/workflows/publish.yml',
      content: lines(
        'jobs:',
        '  publish:',
        '    runs-on: ubuntu-latest',
        '    steps:',
        '      - run: npm publish',
        '        env:',
        '          NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}',
        '          SENTRY_AUTH_TOKEN: ${{ secrets.SENTRY_AUTH_TOKEN }}',
      ),
    },
  },
  {
    name: '.npmrc with a variable',
    file: {
      path: 'app/.npmrc',
      content: lines(
        'registry=https://registry.npmjs.org/',
        '//registry.npmjs.org/:_authToken=${NPM_TOKEN}',
        'save-exact=true',
      ),
    },
  },
  {
    name: 'Secret of Kubernetes that another system fills',
    file: {
      path: 'app/deploy/external-secret.yaml',
      content: lines(
        'apiVersion: external-secrets.io/v1',
        'kind: ExternalSecret',
        'spec:',
        '  secretStoreRef: { name: vault-backend, kind: ClusterSecretStore }',
        '  data:',
        '    - secretKey: password',
        '      remoteRef: { key: records/production/database, property: password }',
      ),
    },
  },
  {
    name: 'References to secrets in a pod',
    file: {
      path: 'app/deploy/pod.yaml',
      content: lines(
        'env:',
        '  - name: DB_PASSWORD',
        '    valueFrom:',
        '      secretKeyRef:',
        '        name: records-db-credentials',
        '        key: password',
        '  - name: TOKEN_PATH',
        '    value: /var/run/secrets/kubernetes.io/serviceaccount/token',
      ),
    },
  },
  {
    name: 'Sample token of jwt.io in a test',
    file: {
      path: 'app/test/decode.spec.ts',
      content: lines(
        "import { decode } from '../src/decode.ts';",
        `const sample = '${jwtIoSample()}';`,
        "it('reads the name', () => expect(decode(sample).name).toBe('John Doe'));",
      ),
    },
  },
  {
    name: 'Values of a chart that say changeme',
    file: {
      path: 'app/chart/values.yaml',
      content: yaml(
        m,
        'db:',
        '  user: records',
        '  password: changeme',
        '  existingSecret: ""',
        'token: "<set by the pipeline>"',
      ),
    },
  },
  {
    name: 'Format strings around tokens',
    file: {
      path: 'app/dist/format.js',
      content: js(
        m,
        "const line = util.format('token=%s password=%s', '***', '***');",
        "const url = 'https://%s:%s@%s/';",
        "const secret = '{{ secret }}';",
        "export const masked = { password: '********', apiKey: 'xxxxxxxxxxxxxxxx' };",
      ),
    },
  },
  {
    name: 'Template of nginx with variables',
    file: {
      path: 'app/nginx/default.conf.template',
      content: lines(
        'server {',
        '  listen 8080;',
        '  location /fhir/ {',
        '    proxy_set_header Authorization "Bearer ${UPSTREAM_TOKEN}";',
        '    proxy_set_header X-Api-Key $http_x_api_key;',
        '    proxy_pass http://records:3000;',
        '  }',
        '}',
      ),
    },
  },
  {
    name: 'Terraform with variables that are sensitive',
    file: {
      path: 'app/infra/main.tf',
      content: lines(
        'variable "db_password" {',
        '  type      = string',
        '  sensitive = true',
        '}',
        'resource "aws_db_instance" "records" {',
        '  username = "records"',
        '  password = var.db_password',
        '  master_user_secret_kms_key_id = aws_kms_key.records.arn',
        '}',
      ),
    },
  },
];
