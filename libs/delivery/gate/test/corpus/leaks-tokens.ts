import type { CorpusCase, Material } from './corpus-case.ts';
import { js, json, lines, minified, yaml } from './filler.ts';
import { pem, rsa } from './keys.ts';
import {
  awsKeyId,
  awsSecret,
  githubFineGrained,
  gitlabToken,
  sendgrid,
  slackBot,
  stripeLive,
} from './tokens.ts';

/** Tokens of large vendors. */
export const tokenLeaks = (m: Material): readonly CorpusCase[] => [
  {
    name: 'GitHub fine-grained token in a YAML of settings',
    file: {
      path: 'app/config/production.yaml',
      content: yaml(m, 'github:', '  owner: clinic', `  token: ${githubFineGrained(m)}`),
    },
  },
  {
    name: 'GitLab personal token in a shell script',
    file: {
      path: 'app/scripts/fetch-schemas.sh',
      content: lines(
        '#!/bin/sh',
        'set -eu',
        'out=/app/schemas',
        `curl -fsS --header "PRIVATE-TOKEN: ${gitlabToken(m)}" \\`,
        '  https://gitlab.clinic.example/api/v4/projects/12/repository/archive.tar.gz | tar xz -C "$out"',
      ),
    },
  },
  {
    name: 'AWS credentials file with both halves',
    file: {
      path: 'app/.aws/credentials',
      content: lines(
        '[default]',
        `aws_access_key_id = ${awsKeyId(m)}`,
        `aws_secret_access_key = ${awsSecret(m)}`,
        '',
        '[archive]',
        'role_arn = arn:aws:iam::210987654321:role/archive',
        'source_profile = default',
      ),
    },
  },
  {
    name: 'AWS secret access key in a minified client',
    file: {
      path: 'app/dist/main.js',
      content: minified(
        m,
        `const f=new S3Client({region:"eu-central-1",credentials:{accessKeyId:"${awsKeyId(m)}",secretAccessKey:"${awsSecret(m)}"}});`,
      ),
    },
  },
  {
    name: 'Google API key of a server-side model client',
    file: {
      path: 'app/dist/summaries.js',
      content: js(
        m,
        `const GEMINI_API_KEY = 'AIzaSy${m.base64url(25).slice(0, 33)}';`,
        'const genAI = new GoogleGenerativeAI(GEMINI_API_KEY);',
      ),
    },
  },
  {
    name: 'Google OAuth client secret in a downloaded client_secret.json',
    file: {
      path: 'app/config/client_secret.json',
      content: json({
        web: {
          client_id: `${m.digits(12)}-${m.of('abcdefghijklmnopqrstuvwxyz0123456789', 32)}.apps.googleusercontent.com`,
          project_id: 'clinic-portal',
          token_uri: 'https://oauth2.googleapis.com/token',
          client_secret: `GOCSPX-${m.base64url(21)}`,
        },
      }),
    },
  },
  {
    name: 'Google service account with its key',
    file: {
      path: 'app/config/gcp.json',
      content: json({
        type: 'service_account',
        project_id: 'clinic-archive',
        private_key_id: m.hex(40),
        private_key: pem(rsa()),
        client_email: 'archiver@clinic-archive.iam.gserviceaccount.com',
        client_id: m.digits(21),
        token_uri: 'https://oauth2.googleapis.com/token',
      }),
    },
  },
  {
    name: 'Azure AD client secret in a credential',
    file: {
      path: 'app/dist/graph.js',
      content: js(
        m,
        'const credential = new ClientSecretCredential(',
        `  '${m.uuid()}',`,
        `  '${m.uuid()}',`,
        `  '${m.base62(3)}8Q~${m.base62(20)}_${m.base62(6)}.${m.base62(6)}',`,
        ');',
      ),
    },
  },
  {
    name: 'Slack bot token in a notifier',
    file: {
      path: 'app/dist/notify.js',
      content: js(
        m,
        `const slack = new WebClient('${slackBot(m)}');`,
        "export const say = (text) => slack.chat.postMessage({ channel: '#oncall', text });",
      ),
    },
  },
  {
    name: 'Slack incoming webhook in JSON',
    file: {
      path: 'app/config/alerts.json',
      content: json({
        alerts: {
          channel: '#oncall',
          url: `https://hooks.slack.com/services/T${m.upper(10)}/B${m.upper(10)}/${m.base62(24)}`,
        },
      }),
    },
  },
  {
    name: 'Stripe live secret key in compiled code',
    file: {
      path: 'app/dist/billing/stripe.js',
      content: js(
        m,
        "const Stripe = require('stripe');",
        `exports.stripe = new Stripe('${stripeLive(m)}', { apiVersion: '2024-06-20' });`,
      ),
    },
  },
  {
    name: 'Twilio account with its auth token',
    file: {
      path: 'app/dist/sms.js',
      content: js(
        m,
        `const accountSid = 'AC${m.hex(32)}';`,
        `const authToken = '${m.hex(32)}';`,
        "const client = require('twilio')(accountSid, authToken);",
      ),
    },
  },
  {
    name: 'SendGrid key in compiled code',
    file: {
      path: 'app/dist/mail.js',
      content: js(
        m,
        `mail_1.default.setApiKey('${sendgrid(m)}');`,
        "exports.from = 'reception@clinic.example';",
      ),
    },
  },
  {
    name: 'Anthropic key in JSON',
    file: {
      path: 'app/config/assistant.json',
      content: json({
        assistant: {
          model: 'claude-sonnet-4',
          key: `sk-ant-api03-${m.base64url(70).slice(0, 93)}AA`,
          maxTokens: 800,
        },
      }),
    },
  },
  {
    name: 'Hugging Face token in a Python helper',
    file: {
      path: 'app/tools/embed.py',
      content: lines(
        'from huggingface_hub import snapshot_download',
        '',
        'snapshot_download(',
        '    "clinic/icd-embeddings",',
        `    token="hf_${m.of('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ', 34)}",`,
        '    local_dir="/app/models",',
        ')',
      ),
    },
  },
];
