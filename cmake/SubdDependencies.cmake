# Debian 12 packages, installed by scripts/setup; nothing is downloaded at build time.
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(CLI11 2.1 REQUIRED)
find_package(fmt 9 REQUIRED)
find_package(spdlog 1.10 REQUIRED)
find_package(date 3 REQUIRED)
find_package(prometheus-cpp REQUIRED CONFIG)
find_package(SQLiteCpp 3.2 REQUIRED)
find_package(muparser 2.3 REQUIRED CONFIG)
find_package(PkgConfig REQUIRED)
pkg_check_modules(cjose REQUIRED IMPORTED_TARGET cjose)
pkg_check_modules(tomlplusplus REQUIRED IMPORTED_TARGET tomlplusplus)

# Asio and Beast are compiled once, into this library; every other translation unit sees declarations only.
add_library(subd_asio STATIC ${PROJECT_SOURCE_DIR}/cmake/asio.cpp)
target_compile_features(subd_asio PUBLIC cxx_std_20)
target_compile_definitions(subd_asio PUBLIC BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION
                                            BOOST_ASIO_NO_DEPRECATED)
if(SUBD_SANITIZE)
  target_compile_options(subd_asio PUBLIC -fsanitize=${SUBD_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  # g++ warns of Asio's fences, which ThreadSanitizer cannot see; the locks beside them it does see.
  if(SUBD_SANITIZE MATCHES thread AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    target_compile_options(subd_asio PUBLIC -Wno-tsan)
  endif()
endif()
target_link_libraries(subd_asio PUBLIC Boost::headers Threads::Threads OpenSSL::SSL OpenSSL::Crypto)
