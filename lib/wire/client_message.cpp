#include "wire/client_message.hpp"
