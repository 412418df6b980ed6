/** Why there is no inventory; the message says what to do next. */
export const INVENTORY_CODES = {
  tsMorphMissing: 'PAN1901',
  badProject: 'PAN1902',
} as const;

export type InventoryCode = (typeof INVENTORY_CODES)[keyof typeof INVENTORY_CODES];

export class InventoryError extends Error {
  readonly code: InventoryCode;

  constructor(code: InventoryCode, message: string) {
    super(`${code}: ${message}`);
    this.name = 'InventoryError';
    this.code = code;
  }
}
