@echo off
rem Says what can be done: the program needs Linux or macOS.
echo.
echo   tamizdat does not run on Windows.
echo   Nothing was started, and nothing was written to this computer.
echo.
echo   Use a computer with Linux or macOS, or start this one from a Linux stick.
echo   The file READ-ME.txt on this stick says more.
echo.
pause
