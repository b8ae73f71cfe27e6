/** The limit of the Data API: fewer pages are better for a peer. */
export const MAX_PAGE_ITEMS = 1_000;

export interface Order {
  readonly id: number;
}

export interface OrdersPage {
  readonly items: readonly Order[];
}
