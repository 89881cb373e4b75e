import type { CorpusCase, Material } from './corpus-case.ts';
import { js, json, lines } from './filler.ts';

/** Documents, clinical content and public ids. */
export const documentLookAlikes = (m: Material): readonly CorpusCase[] => [
  {
    name: 'Observations of FHIR with LOINC codes',
    file: {
      path: 'app/examples/observations.ndjson',
      content: lines(
        ...Array.from({ length: 20 }, () =>
          JSON.stringify({
            resourceType: 'Observation',
            id: m.uuid(),
            code: { coding: [{ system: 'http://loinc.org', code: `${m.digits(5)}-${m.below(10)}` }] },
            valueQuantity: { value: m.below(200), unit: 'mg/dL' },
          }),
        ),
      ),
    },
  },
  {
    name: 'Document of FHIR with an attachment',
    file: {
      path: 'app/examples/document.json',
      content: json({
        resourceType: 'DocumentReference',
        id: m.uuid(),
        content: [
          {
            attachment: {
              contentType: 'application/pdf',
              data: Buffer.concat([Buffer.from('%PDF-1.7\n'), m.bytes(600)]).toString('base64'),
              hash: m.base64(20),
            },
          },
        ],
      }),
    },
  },
  {
    name: 'Licence texts of packages',
    file: {
      path: 'app/dist/THIRD-PARTY-LICENSES.txt',
      content: lines(
        'keygrip, secure-token, password-sheriff',
        '',
        'Permission is hereby granted, free of charge, to any person obtaining a copy of this software',
        'and associated documentation files (the "Software"), to deal in the Software without restriction.',
        'THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED.',
        '',
        'This product includes cryptographic software written by Eric Young (eay@cryptsoft.com)',
      ),
    },
  },
  {
    name: 'Publishable key of Stripe in a page',
    file: {
      path: 'app/public/pay.js',
      content: js(
        m,
        `const stripe = Stripe('pk_live_51${m.base62(97)}');`,
        "const card = stripe.elements().create('card');",
      ),
    },
  },
  {
    name: 'Public DSN of Sentry and a measurement id',
    file: {
      path: 'app/public/telemetry.js',
      content: js(
        m,
        `Sentry.init({ dsn: 'https://${m.hex(32)}@o${m.digits(6)}.ingest.de.sentry.io/${m.digits(16)}' });`,
        `gtag('config', 'G-${m.upper(10)}');`,
      ),
    },
  },
  {
    name: 'Site key of reCAPTCHA in a form',
    file: {
      path: 'app/public/register.html',
      content: lines(
        '<form method="post">',
        `  <div class="g-recaptcha" data-sitekey="6L${m.base62(38)}"></div>`,
        '  <input type="password" name="password" required>',
        '</form>',
      ),
    },
  },
  {
    name: 'ARNs of secrets and keys',
    file: {
      path: 'app/config/aws.json',
      content: json({
        dbSecret: `arn:aws:secretsmanager:eu-central-1:${m.digits(12)}:secret:records/db-${m.base62(6)}`,
        kmsKey: `arn:aws:kms:eu-central-1:${m.digits(12)}:key/${m.uuid()}`,
        vault: 'https://clinic.vault.azure.net/secrets/db-password',
      }),
    },
  },
  {
    name: 'Log of requests with ids of traces',
    file: {
      path: 'app/test/access.log',
      content: lines(
        ...Array.from(
          { length: 12 },
          () =>
            `2026-01-04T10:11:12Z GET /fhir/Patient/${m.uuid()} 200 traceparent=00-${m.hex(32)}-${m.hex(16)}-01 etag=W/"${m.hex(40)}"`,
        ),
      ),
    },
  },
];
