import { expect, it } from 'vitest';
import { isSecretName } from './secret-names.ts';

const secrets = `NPM_TOKEN refreshToken PGPASSWORD passwd PASSWORD_2 password_hash GPG_PASSPHRASE SECRET clientSecret
  SECRET_KEY_BASE STRIPE_KEY apiKey x-api-key COSIGN_PRIVATE_KEY AWS_ACCESS_KEY_ID DB_PWD BASIC_AUTH GOOGLE_CREDENTIALS
  DOKPLOY_WEBHOOK_API_DEV`;
const others = `PATH PWD MONKEY KEYBOARD TOKENIZER NPM_TOKEN_FILE DB_PASSWORD_FILE GPG_KEY VAPID_PUBLIC_KEY DATABASE_URL
  WEBHOOK_PORT version revision`;

it.each(secrets.split(/\s+/))('%s is the name of a secret', (name) => {
  expect(isSecretName(name)).toBe(true);
});

it.each(others.split(/\s+/))('%s is not', (name) => {
  expect(isSecretName(name)).toBe(false);
});
