include(GNUInstallDirs)

install(TARGETS subd subctl wsprobe RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
foreach(page subd.8 subctl.1 wsprobe.1 subd.conf.5 subd-protocol.7 subd-indicators.7)
  string(REGEX MATCH "[0-9]$" section ${page})
  install(FILES ${PROJECT_SOURCE_DIR}/man/${page} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
endforeach()
install(FILES completions/bash/subd completions/bash/subctl completions/bash/wsprobe
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES completions/zsh/_subd completions/zsh/_subctl completions/zsh/_wsprobe
        DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
install(FILES completions/fish/subd.fish completions/fish/subctl.fish completions/fish/wsprobe.fish
        DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
install(FILES README.md CHANGELOG.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
