import { PanopticError } from '../config/error.ts';

/** What needs a disk, a socket or bson. Each is there under its name, so that code for both sides bundles, and says what to do. */
const notHere =
  (name: string) =>
  (..._: unknown[]): never => {
    const message =
      `${name}() is for a server: this is the build of @panoptic/runtime for browsers and edges. Here events go to ` +
      'createPanoptic({ endpoint }), and a server takes them with createIngest() of @panoptic/runtime/ingest.';
    throw new PanopticError([{ code: 'PAN4150', name, message }]);
  };

export type NotHere = (..._: unknown[]) => never;

export const consoleTransport: NotHere = /* @__PURE__ */ notHere('consoleTransport');
export const createHttpMiddleware: NotHere = /* @__PURE__ */ notHere('createHttpMiddleware');
export const createLogger: NotHere = /* @__PURE__ */ notHere('createLogger');
export const createProviderLogger: NotHere = /* @__PURE__ */ notHere('createProviderLogger');
export const fromJson: NotHere = /* @__PURE__ */ notHere('fromJson');
export const getLogger: NotHere = /* @__PURE__ */ notHere('getLogger');
export const httpTransport: NotHere = /* @__PURE__ */ notHere('httpTransport');
export const logTransport: NotHere = /* @__PURE__ */ notHere('logTransport');
export const memoryTransport: NotHere = /* @__PURE__ */ notHere('memoryTransport');
export const mongodbTransport: NotHere = /* @__PURE__ */ notHere('mongodbTransport');
export const toBillingEvent: NotHere = /* @__PURE__ */ notHere('toBillingEvent');
export const toJson: NotHere = /* @__PURE__ */ notHere('toJson');
