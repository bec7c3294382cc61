#include "market/trading_calendar.hpp"
