//! 网上监督的规则: the rules of the watch over bids. Pure: no clock, no chance, nothing opened; what happened goes
//! in, questions with their evidence come out. The same events raise the same alerts, whenever they are read.
