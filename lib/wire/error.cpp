#include "wire/error.hpp"
