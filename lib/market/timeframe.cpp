#include "market/timeframe.hpp"
