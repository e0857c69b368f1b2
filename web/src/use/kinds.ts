// Every kind of lot, in the order of lists; a kind the server adds is a type error here.
import type { LotKind } from "@/api/types";

const ORDER: Record<LotKind, number> = {
  housing_land: 1, industrial_land: 2, commercial_land: 3, mineral_right: 4, property_right: 5, vehicle: 6, equipment: 7, plate_quota: 8, carbon_allowance: 9, procurement: 10,
};
export const LOT_KINDS = (Object.keys(ORDER) as LotKind[]).sort((a, b) => ORDER[a] - ORDER[b]);
