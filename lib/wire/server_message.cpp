#include "wire/server_message.hpp"
