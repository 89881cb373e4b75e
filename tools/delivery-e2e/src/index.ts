export { checkOut } from './checkout.ts';
export type { Checkout } from './checkout.ts';
export { startDeliveryWorld } from './delivery-world.ts';
export type { DeliveryWorld } from './delivery-world.ts';
export { startDokployWorld } from './dokploy-world.ts';
export type { DokployEnvironment, DokployWorld } from './dokploy-world.ts';
