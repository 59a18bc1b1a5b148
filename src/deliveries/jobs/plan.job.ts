/** The queue that wakes a worker to cut a delivery into batches. */
export const DELIVERY_PLANS_QUEUE = 'delivery-plans';

export interface DeliveryPlanJob {
  readonly deliveryId: string;
}
