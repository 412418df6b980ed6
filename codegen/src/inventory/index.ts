export { type Finding, type Inventory, type InventoryEntry, type InventoryOptions, inventory } from './inventory.ts';
export { INVENTORY_CODES, InventoryError } from './inventory-error.ts';
