export { checkOut, runNx } from './checkout.ts';
export type { Checkout } from './checkout.ts';
export { jsonIn, startDeliveryWorld } from './delivery-world.ts';
export type { DeliveryWorld } from './delivery-world.ts';
export { startDokployWorld } from './dokploy-world.ts';
export type { DokployWorld } from './dokploy-world.ts';
