export { checkOut, runNx, type Checkout } from './checkout.ts';
export { jsonIn, startDeliveryWorld, type DeliveryWorld } from './delivery-world.ts';
export { startDokployWorld, type DokployWorld } from './dokploy-world.ts';
