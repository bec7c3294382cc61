# Every target links subd_options; it carries the standard, the include root and the warnings.
add_library(subd_options INTERFACE)
target_compile_features(subd_options INTERFACE cxx_std_20)
target_include_directories(subd_options INTERFACE ${PROJECT_SOURCE_DIR}/lib)
target_compile_options(subd_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor)
# Floating point stays IEEE: indicator values are promised to the last digits.
target_compile_options(subd_options INTERFACE -ffp-contract=off)
if(SUBD_SANITIZE)
  target_compile_options(subd_options INTERFACE -fsanitize=${SUBD_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(subd_options INTERFACE -fsanitize=${SUBD_SANITIZE})
  # What the sanitizers do not see: an index of a vector, an optional without a value.
  target_compile_definitions(subd_options INTERFACE _GLIBCXX_ASSERTIONS)
endif()
if(SUBD_BUILD_FUZZERS)
  target_compile_options(subd_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

# subd_module(NAME SOURCES ... [DEPS ...] [PRIVATE_DEPS ...]): one static library per folder of lib/.
function(subd_module name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;DEPS;PRIVATE_DEPS")
  add_library(subd_${name} STATIC ${arg_SOURCES})
  add_library(subd::${name} ALIAS subd_${name})
  target_link_libraries(subd_${name} PUBLIC subd_options ${arg_DEPS} PRIVATE ${arg_PRIVATE_DEPS})
endfunction()

# subd_module_test(NAME SOURCES ... [DEPS ...] [LABELS ...]): tests/<module>/ mirrors lib/<module>/.
function(subd_module_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;DEPS;LABELS")
  set(module ${name})
  string(REGEX REPLACE "_(allocation|realdata)$" "" module ${name})
  add_executable(${name}_test ${arg_SOURCES})
  target_link_libraries(${name}_test PRIVATE subd::${module} subd_test_support GTest::gtest_main ${arg_DEPS})
  if(NOT arg_LABELS)
    set(arg_LABELS unit)
  endif()
  gtest_discover_tests(${name}_test DISCOVERY_MODE PRE_TEST PROPERTIES LABELS "${arg_LABELS}" TIMEOUT 120)
endfunction()
