/** The longest that the Data API allows: the fewer pages, the better for a peer. */
export const LONGEST_PAGE = 1_000;

export interface Order {
  readonly id: number;
}

export interface OrdersPage {
  readonly items: readonly Order[];
}
