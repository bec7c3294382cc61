#pragma once

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

namespace subd::base {

/// A value or the reason why there is none. The data plane returns this instead of throwing.
///
/// E is an error_code where a number says it all, or a module's own error struct where the reader needs to be told the
/// field, the value and what is allowed. Such a struct needs no throw_exception_from_error: callers test before they
/// dereference and never call value().
template <class T, class E = boost::system::error_code>
using Result = boost::system::result<T, E>;

}  // namespace subd::base
