import { join } from 'node:path';
import type { NextConfig } from 'next';

const workspaceRoot = join(import.meta.dirname, '../..');

/** Everything that differs between environments is read when a request comes, so none of it is here. */
const config: NextConfig = {
  output: 'standalone',
  outputFileTracingRoot: workspaceRoot,
  turbopack: { root: workspaceRoot },
  // Native image tools would tie the service to one processor; it resizes no images.
  images: { unoptimized: true },
  transpilePackages: ['@ehr/fhir', '@ehr/health', '@ehr/service-kit'],
  // The same sources give the same bytes: the default build id is random.
  generateBuildId: () => 'ehr-web',
  poweredByHeader: false,
  // `next dev` would print what somebody searches for.
  logging: { incomingRequests: false },
  compress: false,
  reactStrictMode: true,
  // `nx typecheck` does this, once.
  typescript: { ignoreBuildErrors: true },
  experimental: {
    optimizePackageImports: ['@mantine/core', '@mantine/hooks'],
  },
  headers: async () => [
    {
      source: '/:path*',
      headers: [
        { key: 'X-Content-Type-Options', value: 'nosniff' },
        { key: 'X-Frame-Options', value: 'DENY' },
        // `no-referrer` would make the Origin of our own form posts "null".
        { key: 'Referrer-Policy', value: 'same-origin' },
        { key: 'Permissions-Policy', value: 'camera=(), geolocation=(), microphone=(), payment=(), usb=()' },
        { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
        { key: 'Cross-Origin-Resource-Policy', value: 'same-origin' },
        { key: 'Strict-Transport-Security', value: 'max-age=31536000' },
      ],
    },
  ],
};

export default config;
