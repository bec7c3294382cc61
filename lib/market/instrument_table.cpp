#include "market/instrument_table.hpp"
